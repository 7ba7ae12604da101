import { writeFileSync } from "node:fs";
import { collectionFile, collectionText } from "./postman/collection";

/** `npm run postman`: writes the Postman collection. */
writeFileSync(collectionFile, collectionText());
console.log(`Written: ${collectionFile}`);
