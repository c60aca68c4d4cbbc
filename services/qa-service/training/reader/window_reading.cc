#include "services/qa-service/training/reader/window_reading.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::qa {
namespace {

constexpr std::size_t kWindowsAtOnce = 32;

}  // namespace

absl::StatusOr<std::vector<WindowedExample>> WindowExamples(const inference::LoadedModel& model,
                                                            const ReadingSet& set,
                                                            const WindowOptions& options) {
  std::vector<WindowedExample> windowed;
  windowed.reserve(set.examples.size());
  for (const ReadingExample& example : set.examples) {
    auto windows =
        MakeWindows(model, example.question, set.passages[example.passage].text, options);
    if (!windows.ok()) {
      return InvalidField(absl::StrCat("question ", example.id), windows.status().message());
    }
    windowed.push_back({.windows = *std::move(windows)});
  }
  return windowed;
}

absl::StatusOr<std::vector<ReadAnswer>> ReadWindows(
    absl::Span<const WindowedExample* const> examples, ComputeSpans compute,
    const std::function<void(std::size_t, std::size_t)>& progress) {
  std::vector<std::pair<std::size_t, const ReadingWindow*>> order;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    for (const ReadingWindow& window : examples[i]->windows) order.emplace_back(i, &window);
  }
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return a.second->pair.row.length() < b.second->pair.row.length();
  });
  std::vector<ReadAnswer> answers(examples.size());
  std::vector<const inference::TokenizedPair*> batch;
  for (std::size_t begin = 0; begin < order.size(); begin += kWindowsAtOnce) {
    const std::size_t end = std::min(order.size(), begin + kWindowsAtOnce);
    batch.clear();
    for (std::size_t i = begin; i < end; ++i) batch.push_back(&order[i].second->pair);
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<inference::TokenSpan> spans, compute(batch));
    for (std::size_t i = begin; i < end; ++i) {
      const inference::TokenSpan& span = spans[i - begin];
      ReadAnswer& best = answers[order[i].first];
      if (span.margin <= best.margin) continue;
      best = {.place = PlaceOf(*order[i].second, span.first, span.last), .margin = span.margin};
    }
    if (progress) progress(end, order.size());
  }
  return answers;
}

}  // namespace clientele::qa
