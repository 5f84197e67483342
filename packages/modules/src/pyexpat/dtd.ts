/* What a document type declares. */

export interface Entity {
  readonly name: string;
  readonly parameter: boolean;
  /** Replacement text of an internal entity, null for an external one. */
  readonly value: string | null;
  readonly systemId: string | null;
  readonly publicId: string | null;
  readonly base: string | null;
  /** Of an unparsed entity. */
  readonly notation: string | null;
  /** Being replaced right now: a reference to it would never end. */
  open: boolean;
}

export interface AttributeDefinition {
  readonly name: string;
  /** `CDATA`, or one whose values are normalized further. */
  readonly isCdata: boolean;
  readonly value: string | null;
}

/** Shared by a parser and those it makes for external entities. */
export class Dtd {
  readonly entities = new Map<string, Entity>();
  readonly parameterEntities = new Map<string, Entity>();
  /** By element, in order of declaration. */
  readonly attributes = new Map<string, Map<string, AttributeDefinition>>();
  standalone = false;
  hasParameterReferences = false;
  /** False after a parameter entity was not read: what follows may mean something else. */
  keepProcessing = true;
}

/** How a name or group in a content model may repeat. */
export type Quantifier = 0 | 1 | 2 | 3;

/** A content model: EMPTY 1, ANY 2, mixed 3, a name 4, a choice 5, a sequence 6. */
export interface ContentModel {
  readonly type: 1 | 2 | 3 | 4 | 5 | 6;
  readonly quantifier: Quantifier;
  readonly name: string | null;
  readonly children: readonly ContentModel[];
}
