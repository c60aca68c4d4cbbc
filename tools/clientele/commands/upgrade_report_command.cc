// What golden questions said of upgrades.
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/status/status_macros.h"
#include "tools/clientele/commands/commands.h"
#include "tools/clientele/commands/printing.h"

namespace clientele::cli {
namespace {

constexpr std::size_t kMaxAnswerShown = 90;

std::string SetupWords(const qa::v1::AnsweringSetup& setup) {
  if (!setup.has_min_confidence()) return setup.text_encoder();
  return absl::StrFormat("%s (from confidence %g on)", setup.text_encoder(),
                         setup.min_confidence());
}

std::string OutcomeWord(qa::v1::UpgradeOutcome outcome) {
  return LowerName(qa::v1::UpgradeOutcome_Name(outcome), "UPGRADE_OUTCOME_");
}

void PrintFigure(const char* what, std::int64_t candidate, std::int64_t serving, std::int64_t of) {
  std::cout << absl::StreamFormat("    %-34s %5d of %d, before %d\n", what, candidate, of, serving);
}

std::string AnswerWords(const qa::v1::GoldenAnswer& answer) {
  if (answer.state() != qa::v1::ANSWER_STATE_ANSWERED) {
    return absl::StrCat(
        "no answer (nearest: ", answer.article().empty() ? "none" : answer.article(), ")");
  }
  return absl::StrCat(answer.article(), ": ", Shortened(answer.answer(), kMaxAnswerShown));
}

void PrintTrial(const qa::v1::UpgradeTrial& trial, int examples) {
  std::cout << ShortTime(trial.create_time()) << "  " << SetupWords(trial.candidate()) << "  "
            << OutcomeWord(trial.outcome());
  if (trial.has_serving()) std::cout << ", after " << SetupWords(trial.serving());
  std::cout << "\n";
  if (trial.question_count() == 0) {
    std::cout << "    no golden question was asked\n";
    return;
  }
  const qa::v1::GoldenFigures& candidate = trial.candidate_figures();
  const qa::v1::GoldenFigures& serving = trial.serving_figures();
  const std::int64_t with_article = trial.question_with_article_count();
  const std::int64_t without = trial.question_count() - with_article;
  PrintFigure("right article first", candidate.right_first_count(), serving.right_first_count(),
              with_article);
  PrintFigure("among the first three", candidate.right_in_three_count(),
              serving.right_in_three_count(), with_article);
  PrintFigure("answered from the right article", candidate.answered_rightly_count(),
              serving.answered_rightly_count(), with_article);
  PrintFigure("answered otherwise", candidate.answered_wrongly_count(),
              serving.answered_wrongly_count(), trial.question_count());
  PrintFigure("abstained", candidate.abstained_count(), serving.abstained_count(),
              trial.question_count());
  PrintFigure("rightly abstained", candidate.abstained_rightly_count(),
              serving.abstained_rightly_count(), without);
  if (trial.question_with_answer_count() > 0) {
    std::cout << absl::StreamFormat("    %-34s %.3f, before %.3f\n", "likeness to expected answers",
                                    candidate.answer_f1(), serving.answer_f1());
  }
  std::cout << "    answers changed: " << trial.changed_answer_count() << "\n";
  for (int i = 0; i < trial.changed_answers_size() && i < examples; ++i) {
    const qa::v1::ChangedAnswer& changed = trial.changed_answers(i);
    std::cout << "      \"" << Shortened(changed.question(), kMaxAnswerShown) << "\" expects "
              << (changed.expected_article().empty() ? "no answer" : changed.expected_article())
              << "\n        before: " << AnswerWords(changed.serving())
              << "\n        now:    " << AnswerWords(changed.candidate()) << "\n";
  }
}

void PrintUpgradeReport(const qa::v1::UpgradeReport& report, int examples) {
  if (report.has_serving()) {
    std::cout << "serves: " << SetupWords(report.serving()) << " since "
              << ShortTime(report.serving_since()) << "\n";
  }
  if (report.has_pending()) {
    const qa::v1::PendingUpgrade& pending = report.pending();
    std::cout << "waits:  " << SetupWords(pending.candidate()) << ", ";
    if (pending.missing_article_count() > 0) {
      std::cout << pending.missing_article_count() << " articles to be embedded\n";
    } else {
      std::cout << pending.asked_count() << " of " << pending.question_count()
                << " golden questions asked\n";
    }
  }
  for (const qa::v1::UpgradeTrial& trial : report.trials()) PrintTrial(trial, examples);
}

}  // namespace

void AddUpgradeReportCommand(CLI::App& app, std::vector<Command>& commands) {
  struct ReportFlags {
    std::string model;
    int most = 3;
    int examples = 5;
    bool json = false;
  };
  auto flags = std::make_shared<ReportFlags>();
  CLI::App* command =
      app.add_subcommand("upgrade-report", "What golden questions said of upgrades, newest first");
  command->add_option("--model", flags->model,
                      "A text encoder's name, or NAME/VERSION (default: all)");
  command->add_option("--limit", flags->most, "At most this many")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--examples", flags->examples, "Changed answers shown of each")
      ->check(CLI::Range(0, 20))
      ->capture_default_str();
  command->add_flag("--json", flags->json, "Print the report as JSON");
  commands.push_back({command, [flags](const SuiteClientOptions& options) -> absl::Status {
                        qa::v1::GetUpgradeReportRequest request;
                        request.set_text_encoder(flags->model);
                        request.set_max_trials(flags->most);
                        SuiteClient client(options);
                        CLIENTELE_ASSIGN_OR_RETURN(const auto report,
                                                   client.GetUpgradeReport(request));
                        if (flags->json) return PrintJson(report);
                        PrintUpgradeReport(report, flags->examples);
                        return absl::OkStatus();
                      }});
}

}  // namespace clientele::cli
