import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", "build/", "eslint.config.mjs"] },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/require-await": "off",
      eqeqeq: "error",
      "prefer-const": "error",
      "object-shorthand": "error",
    },
  },
  {
    files: ["functions/**"],
    rules: {
      "no-restricted-imports": ["error", { patterns: ["**/components/*", "**/local/*", "@pulumi/*"] }],
    },
  },
  {
    files: ["components/**"],
    rules: { "no-restricted-imports": ["error", { patterns: ["**/local/*"] }] },
  },
  {
    files: ["local/**"],
    rules: {
      "no-restricted-imports": ["error", { patterns: ["**/components/*", "**/functions/*"] }],
    },
  },
  {
    files: ["tests/**"],
    rules: { "@typescript-eslint/no-floating-promises": "error", "@typescript-eslint/unbound-method": "off" },
  },
  {
    // What Node.js runs before it can run TypeScript.
    files: ["tools/*.cjs"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      parserOptions: { projectService: false },
      sourceType: "commonjs",
      globals: { require: "readonly", exports: "writable", __dirname: "readonly", process: "readonly" },
    },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
