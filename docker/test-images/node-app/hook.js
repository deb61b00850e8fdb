// In a process that is not the application's this would be seen at once.
globalThis.hooks = (globalThis.hooks ?? 0) + 1;
if (process.argv[1] !== '/app/app.js') throw new Error(`NODE_OPTIONS was heard by ${process.argv.join(' ')}`);
