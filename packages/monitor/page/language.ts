// uPlot formats numbers by the browser's language as soon as it is loaded. Some browsers, in a C or POSIX locale, name one that does not
// exist, and the page would stay empty. This module comes before uPlot and says English then.
if (!isLanguage(navigator.language)) Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true });

function isLanguage(name: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(name).length >= 0;
  } catch {
    return false;
  }
}

export {};
