/** A file of tests: it registers nothing that a client could call, and its doubles run in no server. */
export const isTest = (file: string): boolean => /(^|[\\/])(__tests__|__mocks__)[\\/]|[.-](test|spec)\.[cm]?[jt]sx?$|(^|[\\/])(test_[^\\/]*|[^\\/]*_test|conftest)\.py$/.test(file);
