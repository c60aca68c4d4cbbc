#include "tools/clientele/import/number_survey.h"

#include "absl/strings/str_cat.h"

namespace clientele::cli {
namespace {

constexpr size_t kShownBytes = 40;

}  // namespace

void NumberSurvey::Add(int64_t line, absl::string_view cell) {
  const MarkEvidence evidence = EvidenceOf(cell);
  Example& example = examples_[static_cast<size_t>(evidence)];
  if (evidence == MarkEvidence::kNone || example.line > 0) return;
  example = {line, std::string(cell.substr(0, kShownBytes))};
}

absl::Status NumberSurvey::Finish() const {
  const auto shown = [](const Example& example) {
    return absl::StrCat("line ", example.line, " writes ", example.text);
  };
  const Example& point = Of(MarkEvidence::kPoint);
  const Example& comma = Of(MarkEvidence::kComma);
  const Example& either_point = Of(MarkEvidence::kEitherPoint);
  const Example& either_comma = Of(MarkEvidence::kEitherComma);
  if (point.line > 0 && comma.line > 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("the file mixes decimal points and decimal commas: ", shown(point), ", ",
                     shown(comma), ". Write all numbers in one way"));
  }
  if (mark_ == DecimalMark::kPoint && comma.line > 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(shown(comma),
                     ", with a decimal comma: give --decimal_comma to read all "
                     "numbers of the file so"));
  }
  if (mark_ == DecimalMark::kComma && point.line > 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(shown(point), ", with a decimal point, against --decimal_comma"));
  }
  if (mark_ == DecimalMark::kPoint && point.line == 0 && either_point.line > 0 &&
      either_comma.line > 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("one of these is a fraction and one a thousand: ", shown(either_point), ", ",
                     shown(either_comma),
                     ". Give --decimal_comma if the comma is the fraction's; otherwise write "
                     "numbers without separators of thousands"));
  }
  return absl::OkStatus();
}

std::string NumberSurvey::Assumption() const {
  if (mark_ == DecimalMark::kComma || Of(MarkEvidence::kPoint).line > 0) return "";
  const Example& comma = Of(MarkEvidence::kEitherComma);
  const Example& point = Of(MarkEvidence::kEitherPoint);
  if (comma.line > 0) {
    return absl::StrCat("numbers are read with a decimal point: ", comma.text, " in line ",
                        comma.line, " has thousands (--decimal_comma reads them otherwise)");
  }
  if (point.line > 0) {
    return absl::StrCat("numbers are read with a decimal point: ", point.text, " in line ",
                        point.line, " has a fraction (--decimal_comma reads them otherwise)");
  }
  return "";
}

}  // namespace clientele::cli
