declare module 'unidecode' {
  /** The text in ASCII. */
  export default function unidecode(text: string): string;
}
