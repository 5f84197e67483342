import type { ContentModel, Entity } from './dtd.ts';

/**
 * Where the parser's events go. Those that give a boolean say whether there is a handler for the event: where there is none, the default handler
 * gets the event's text.
 */
export interface Report {
  /** References to internal entities are replaced; false where the default handler wants to see them. */
  readonly expandsEntities: boolean;
  default(text: string): void;
  /** An event without text of its own (the end of an empty element). */
  nothing(): void;
  xmlDeclaration(version: string | null, encoding: string | null, standalone: number): boolean;
  comment(text: string): boolean;
  instruction(target: string, data: string): boolean;
  startCdata(): boolean;
  endCdata(): boolean;
  characters(text: string): boolean;
  /** `attributes` is name, value, name, value…; the first `specified` of these are the document's own. */
  startElement(name: string, attributes: readonly string[], specified: number): boolean;
  endElement(name: string): boolean;
  startNamespace(prefix: string | null, uri: string | null): void;
  endNamespace(prefix: string | null): void;
  skippedEntity(name: string, parameter: boolean): boolean;
  /** The handler's answer, or null where there is none. */
  externalEntity(context: string | null, base: string | null, systemId: string | null, publicId: string | null): boolean | null;
  /** The handler's answer; true where there is none. */
  notStandalone(): boolean;
  startDoctype(name: string, systemId: string | null, publicId: string | null, internalSubset: boolean): boolean;
  endDoctype(): boolean;
  entityDeclaration(entity: Entity): boolean;
  notation(name: string, base: string | null, systemId: string | null, publicId: string | null): boolean;
  elementDeclaration(name: string, model: ContentModel): boolean;
  attributeDeclaration(element: string, name: string, type: string, value: string | null, required: boolean): boolean;
}
