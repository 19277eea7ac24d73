// Says how much the page loads for the chat, and fails over the budget of the design (JavaScript and CSS are one file).
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = 60_000;
const script = readFileSync(new URL('../dist/wegwijzer-chat.js', import.meta.url));
const size = gzipSync(script, { level: 9 }).length;
console.log(`wegwijzer-chat.js: ${script.length} bytes, ${size} bytes gzip (budget ${BUDGET})`);
if (size > BUDGET) process.exit(1);
