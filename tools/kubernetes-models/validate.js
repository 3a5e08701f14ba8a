// Reads Kubernetes objects as YAML from standard input and validates each against the schema of its kind. Prints a line for each invalid one, then how many there were.
import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";

let valid = 0;
let invalid = 0;
for (const document of parseAllDocuments(readFileSync(0, "utf8"))) {
  const object = document.toJS();
  try {
    if (document.errors.length > 0) throw document.errors[0];
    const { [object.kind]: Model } = await import(`kubernetes-models/${object.apiVersion}/${object.kind}`);
    new Model(object).validate();
    valid += 1;
  } catch (error) {
    invalid += 1;
    console.log(`${object?.kind}/${object?.metadata?.name}: ${error.message}`);
  }
}

console.log(`${valid} valid, ${invalid} invalid`);
process.exit(invalid === 0 ? 0 : 1);
