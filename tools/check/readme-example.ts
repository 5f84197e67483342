/** The first ts block of a README and the text block after it; null if there is none. */
export function readmeExample(text: string): { readonly code: string; readonly printed: string } | null {
  const match = /```ts\n([\s\S]*?)```[\s\S]*?```text\n([\s\S]*?)```/.exec(text);
  return match && { code: match[1], printed: match[2] };
}
