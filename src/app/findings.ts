/** What can be done with findings in the code. Apart from the rules: the editor needs this whenever a source is open, and them seldom. */
export { confirm } from '../analysis/confirm.ts';
export { suppressionEdit } from '../analysis/suppress.ts';
