/// <reference types="vitest/config" />
import { defineConfig } from "vite";

// File names are stable: Django's static storage adds the hashes.
export default defineConfig({
  build: {
    outDir: "../annotations/static/annotations/correction",
    emptyOutDir: true,
    target: "es2023",
    modulePreload: false,
    rolldownOptions: {
      input: "src/main.ts",
      output: { format: "es", entryFileNames: "correction.js", codeSplitting: false },
    },
  },
  test: { environment: "happy-dom", include: ["tests/**/*.test.ts"] },
});
