/** The one function we use of the `ini` package, typed as narrowly as we rely on it. */
declare module 'ini' {
  const ini: { readonly decode: (text: string) => Readonly<Record<string, unknown>> };
  export default ini;
}
