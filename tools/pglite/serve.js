// PostgreSQL with the extension vector, in memory. Connections take turns. Prints its port; ends when standard input does.
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

process.stdin.resume();
process.stdin.on("end", () => process.exit(0));

const db = await PGlite.create({ extensions: { vector } });
const server = new PGLiteSocketServer({ db, port: 0, maxConnections: 4 });
server.addEventListener("listening", (event) => console.log(event.detail.port));
await server.start();
