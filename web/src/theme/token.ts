/** The value of a token of tokens.css as it is now, for what draws without CSS. */
export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
