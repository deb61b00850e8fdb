/** What only root can do is skipped, with a sentence, when somebody else runs the tests. */
export const forRoot = { skip: process.getuid?.() === 0 ? false : 'only root can become other users, or take rights away' } as const;
