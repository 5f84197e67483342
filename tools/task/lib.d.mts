/** Builds the two commands and the library they need, where their sources are newer. */
export function buildCommands(): void;
/** The library alone. */
export function buildLibrary(): void;
