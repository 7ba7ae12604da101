import { functionArchive } from "../../components/packaging/functionArchive";
import { inlineHandlers } from "./handlerArchives";

/** Prints the hashes of the archives of the handlers that the command line names, as JSON. */
async function main(names: readonly string[]): Promise<void> {
  const hashes = names.map(async (name) => {
    const handler = inlineHandlers[name];
    if (!handler) throw new Error(`there is no handler ${name}`);
    return (await functionArchive(name, handler.create)).hash;
  });
  console.log(JSON.stringify(await Promise.all(hashes)));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
