import { defineModule, native } from '@py/vm/native';
import type { NativeModule } from '@py/vm/native';
import { elementType, SubElement } from './_elementtree/element.ts';
import { parseErrorType } from './_elementtree/parse-error.ts';
import { setFactories, treeBuilderType } from './_elementtree/treebuilder.ts';
import { xmlParserType } from './_elementtree/xmlparser.ts';

/** Python's module `_elementtree`: the accelerator of `xml.etree.ElementTree`. CPython 3.12: Modules/_elementtree.c. */
export const _elementtree: NativeModule = defineModule('_elementtree', {
  Element: elementType,
  ParseError: parseErrorType,
  SubElement,
  TreeBuilder: treeBuilderType,
  XMLParser: xmlParserType,
  _set_factories: native('_set_factories(comment_factory, pi_factory, /)', setFactories, 'Change the factories used to create comments and processing instructions.\n\nFor internal use only.'),
});
