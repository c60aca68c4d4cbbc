#include "tools/clientele/import/progress.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace clientele::cli {
namespace {

int64_t RowsPerSecond(int64_t rows, absl::Duration elapsed) {
  return std::llround(static_cast<double>(rows) / std::max(absl::ToDoubleSeconds(elapsed), 0.001));
}

}  // namespace

Progress::Progress(std::string what, std::ostream* out, const Clock* clock)
    : what_(std::move(what)), out_(out), clock_(clock), start_(clock->Now()) {}

void Progress::Show(int64_t rows, int64_t rejected) {
  if (out_ == nullptr) return;
  const absl::Time now = clock_->Now();
  if (now - shown_ < absl::Milliseconds(200)) return;
  shown_ = now;
  *out_ << "\r\x1b[K" << what_ << ": " << WithCommas(rows) << " rows, "
        << WithCommas(RowsPerSecond(rows, now - start_)) << " rows/s";
  if (rejected > 0) *out_ << ", " << WithCommas(rejected) << " rejected";
  *out_ << std::flush;
}

void Progress::Clear() {
  if (out_ != nullptr) *out_ << "\r\x1b[K" << std::flush;
}

std::string WithCommas(int64_t number) {
  std::string digits = absl::StrCat(number);
  for (int at = static_cast<int>(digits.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3) {
    digits.insert(static_cast<size_t>(at), 1, ',');
  }
  return digits;
}

std::string Summary(const std::string& what, const ImportCounts& counts, absl::Duration elapsed) {
  std::string text = absl::StrCat(what, ": ", WithCommas(counts.rows), " rows in ",
                                  absl::StrFormat("%.1f", absl::ToDoubleSeconds(elapsed)), " s (",
                                  WithCommas(RowsPerSecond(counts.rows, elapsed)),
                                  " rows/s): ", WithCommas(counts.created), " created, ",
                                  WithCommas(counts.duplicates), " stored before, ",
                                  WithCommas(counts.rejected), " rejected");
  const auto also = [&text](int64_t count, absl::string_view words) {
    if (count > 0) absl::StrAppend(&text, ", ", WithCommas(count), " ", words);
  };
  also(counts.quarantined, "of these in quarantine");
  also(counts.updated, "updated");
  also(counts.differing, "stored before with other values");
  also(counts.merged, "merged into another row's article");
  also(counts.anonymous_created, "without a customer counted");
  also(counts.anonymous_duplicates, "without a customer counted before");
  also(counts.repeated_dropped, "repeated dropped");
  also(counts.items_created, "items made");
  also(counts.customers_created, "customers made");
  return text;
}

std::string SummaryJson(const std::string& what, const ImportCounts& counts, absl::Duration elapsed,
                        const FileFacts& facts) {
  nlohmann::ordered_json json;
  json["import"] = what;
  json["file"] = facts.dialect;
  json["rows"] = counts.rows;
  json["created"] = counts.created;
  json["duplicates"] = counts.duplicates;
  json["differing"] = counts.differing;
  json["updated"] = counts.updated;
  json["rejected"] = counts.rejected;
  json["quarantined"] = counts.quarantined;
  json["dropped_lines"] = facts.above_header + facts.blank;
  json["notes"] = facts.notes;
  // Lines without a customer, whether counted now or before.
  json["anonymous"] = counts.anonymous_created + counts.anonymous_duplicates;
  json["anonymous_duplicates"] = counts.anonymous_duplicates;
  json["merged"] = counts.merged;
  json["repeated_dropped"] = counts.repeated_dropped;
  json["items_created"] = counts.items_created;
  json["customers_created"] = counts.customers_created;
  json["seconds"] = absl::ToDoubleSeconds(elapsed);
  json["rows_per_second"] = RowsPerSecond(counts.rows, elapsed);
  return json.dump();
}

}  // namespace clientele::cli
