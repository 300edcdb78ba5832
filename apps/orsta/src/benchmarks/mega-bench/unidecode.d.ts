declare module 'unidecode' {
  /** The text in ASCII. */
  function unidecode(text: string): string;
  export = unidecode;
}
