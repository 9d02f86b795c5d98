// Judges a content security policy: node policy.cjs MODULE POLICY
// Ends with 1 when something is at least of medium weight, or might be of high weight.
const [, , folder, policy] = process.argv;
const { CspEvaluator } = require(`${folder}/dist/evaluator.js`);
const { Severity } = require(`${folder}/dist/finding.js`);
const { CspParser } = require(`${folder}/dist/parser.js`);

const findings = new CspEvaluator(new CspParser(policy).csp).evaluate();
const heavy = findings.filter((finding) => finding.severity <= Severity.HIGH_MAYBE);
for (const finding of findings) {
  console.log(`  ${Severity[finding.severity]}: ${finding.directive} ${finding.value ?? ""}: ${finding.description}`);
}
console.log(`csp_evaluator: ${findings.length} findings, ${heavy.length} of them heavy`);
process.exitCode = heavy.length > 0 ? 1 : 0;
