#include "services/profile-service/training/churn_card.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace clientele::profile {
namespace {

// A text from the table inside a line of Markdown.
std::string Quoted(const std::string& text) {
  return absl::StrCat(
      "`", absl::StrReplaceAll(text, {{"`", "'"}, {"\n", " "}, {"\r", " "}, {"|", "/"}}), "`");
}

}  // namespace

std::string ChurnCard(const ChurnCardFacts& facts, const std::vector<frame::MatrixField>& fields,
                      const training::TableModel& model) {
  const training::CandidateScore& chosen = model.candidates[model.chosen];
  std::string card = absl::StrCat("# Who has ", Quoted(facts.label), " = ", Quoted(facts.positive),
                                  "\n\n## Data\n\n");
  absl::StrAppendFormat(&card, "%d rows, %d of them (%.1f %%) positive, %d columns:\n\n",
                        facts.rows, facts.positives, 100.0 * facts.positives / facts.rows,
                        fields.size());
  for (const frame::MatrixField& field : fields) {
    absl::StrAppend(&card, "- ", Quoted(field.name), ": ");
    if (field.categorical()) {
      absl::StrAppend(&card, field.categories - 2, " categories\n");
    } else {
      absl::StrAppend(&card, "a number\n");
    }
  }
  if (!facts.notes.empty()) absl::StrAppend(&card, "\n");
  for (const std::string& note : facts.notes) absl::StrAppend(&card, "- ", note, "\n");
  absl::StrAppend(
      &card,
      "\n## Models compared\n\nMeasured on rows that each model was not trained on.\n\n"
      "| model | AUC | log-loss | calibration error | settings |\n|---|---|---|---|---|\n");
  for (const training::CandidateScore& candidate : model.candidates) {
    absl::StrAppendFormat(&card, "| %s%s | %.4f | %.4f | %.4f | %s |\n", candidate.name,
                          candidate.name == chosen.name ? " (kept)" : "", candidate.auc,
                          candidate.logloss, candidate.calibration_error, candidate.description);
  }
  absl::StrAppend(
      &card,
      "\n## How to read it\n\n"
      "- `prediction` is a probability: of the customers with 0.3, about three in ten are "
      "positive, "
      "as long as new customers are like those of the table.\n"
      "- Contributions say how far each column moved the log-odds of one customer from "
      "`contribution_bias`; they sum to the margin. They describe the model, not causes: changing "
      "a column's value need not change what the customer does.\n"
      "\n## Where it does not hold\n\n"
      "- After prices, products or the kind of customers change: train it again and compare.\n"
      "- Columns that are only known after the outcome make it look better than it is; leave them "
      "out with `--id`.\n"
      "- A category that the table did not have, and a missing value, are taken as such; many of "
      "them in new rows are a sign to train again.\n"
      "- Whether groups of people are treated alike was not examined.\n");
  return card;
}

}  // namespace clientele::profile
