import { describe, expect, it } from "vitest";
import { copyAs } from "./copy-as";

const url = "https://keys.example.com";

describe("copyAs", () => {
  it("quotes a body for the shell", () => {
    const text = copyAs("curl", url, "keys.updateKey", { keyId: "key_1", name: "it's $HOME" });
    expect(text).toContain("https://keys.example.com/v2/keys.updateKey");
    expect(text).toContain(`-d '{"keyId":"key_1","name":"it'\\''s $HOME"}'`);
    expect(text).toContain("$KEYWAY_ROOT_KEY");
  });

  it("puts the name of a variable in place of a secret", () => {
    const body = { key: "pay_secret", tags: ["a"] };
    expect(copyAs("CLI", url, "keys.verifyKey", body)).toBe(
      `KEYWAY_URL=${url} keyway call keys.verifyKey -d '{"key":"'"$KEYWAY_KEY"'","tags":["a"]}'`,
    );
    for (const language of ["curl", "CLI", "TypeScript", "Python"] as const) {
      expect(copyAs(language, url, "keys.verifyKey", body)).not.toContain("pay_secret");
    }
    expect(copyAs("TypeScript", url, "keys.verifyKey", body)).toContain(`"key": process.env.KEYWAY_KEY`);
    expect(copyAs("Python", url, "keys.verifyKey", body)).toContain(`"key": os.environ["KEYWAY_KEY"]`);
  });

  it("writes Python values", () => {
    const text = copyAs("Python", url, "keys.updateKey", { enabled: false, meta: null, roles: [], name: 'a"b' });
    expect(text).toContain(`"enabled": False,`);
    expect(text).toContain(`"meta": None,`);
    expect(text).toContain(`"roles": [],`);
    expect(text).toContain(`"name": "a\\"b",`);
  });

  it("leaves out members without a value", () => {
    expect(copyAs("CLI", url, "apis.listApis", { search: undefined })).toContain("-d '{}'");
  });
});
