/** The socket's document against the format's own schema: tools that other people wrote must be able to read it. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";

const require = createRequire(import.meta.url);
const schema = require("@asyncapi/specs/schemas/3.0.0-without-$id.json") as object;
const text = readFileSync(new URL("../../docs/asyncapi.json", import.meta.url), "utf8");

function validator() {
  const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
  addFormats.default(ajv);
  return ajv.compile(schema);
}

describe("docs/asyncapi.json", () => {
  it("is a document of AsyncAPI 3.0", () => {
    const validate = validator();
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors?.slice(0, 5), null, 1)).toBe(true);
  });

  it("would be refused with a channel that is none", () => {
    const broken = JSON.parse(text) as { channels: Record<string, unknown> };
    broken.channels[Object.keys(broken.channels)[0] ?? ""] = { address: 7 };
    expect(validator()(broken)).toBe(false);
  });
});
