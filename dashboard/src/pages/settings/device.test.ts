import { expect, test } from "vitest";
import { deviceOf } from "./device";

test("a device is named by its browser and system", () => {
  expect(deviceOf("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15")).toBe("Safari on macOS");
  expect(deviceOf("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0 Safari/537.36")).toBe("Chrome on Linux");
  expect(deviceOf("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36 Edg/140")).toBe("Edge on Windows");
  expect(deviceOf("curl/8.5")).toBe("curl");
  expect(deviceOf("my-tool/1")).toBe("my-tool/1");
  expect(deviceOf(undefined)).toBe("Unknown device");
});
