/** The words of a name, `_` between them: `cleanUpOld`, `clean-up-old` and `clean_up_old` are the same. */
export const snake = (name: string): string => name.replaceAll(/(?<=[a-z\d])(?=[A-Z])|-/g, '_').toLowerCase();
