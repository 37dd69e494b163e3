/** UTF-8, which the language itself has no words for. */
export type TextCodec = {
  /** Wrong bytes become U+FFFD. */
  decode(bytes: Uint8Array): string
  encode(text: string): Uint8Array
  isValid(bytes: Uint8Array): boolean
}
