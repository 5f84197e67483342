export { openLibrary, type Library, type LibraryEntry, type ReadBytes } from './library.ts';
