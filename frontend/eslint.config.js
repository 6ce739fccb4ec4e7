import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.js"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      complexity: ["error", 8],
      "max-lines": ["error", 200],
      "max-lines-per-function": ["error", { max: 50, skipComments: true }],
      "max-params": ["error", 5],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    files: ["tests/**"],
    rules: { "max-lines-per-function": "off", "max-lines": ["error", 400] },
  },
);
