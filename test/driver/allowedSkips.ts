/** What may be skipped where `CI` is set; any other skip is a failure there. */
export const allowedSkips: { title: RegExp; platforms: NodeJS.Platform[]; because: string }[] = [
  {
    title: /^(VS Code host, (un)?trusted workspace|UI tests)$/,
    platforms: ['win32', 'darwin'],
    because: 'code-server is set up on Linux only; the workflow runs the host suites in the desktop build',
  },
];
