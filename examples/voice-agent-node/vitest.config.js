import { defineConfig } from "vitest/config";

// Calls take the seconds that they take.
export default defineConfig({ test: { testTimeout: 40_000 } });
