import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["frontend_templates/static/**", "node_modules/**"] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ["**/*.ts"] })),
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "no-console": "error",
      "no-restricted-properties": ["error", { property: "innerHTML", message: "Build elements from the page's own templates." }, { property: "outerHTML" }, { property: "insertAdjacentHTML" }],
      complexity: ["error", 12],
      "max-lines": ["error", 400],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-non-null-assertion": "error",
    },
  },
  { files: ["tests/frontend/**/*.ts"], rules: { "@typescript-eslint/no-floating-promises": "off", "@typescript-eslint/no-non-null-assertion": "off", "max-lines": "off" } },
);
