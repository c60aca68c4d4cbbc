#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/str_format.h"

#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/inference/model_runner.h"
#include "common/inference/tasks/text_encoder.h"
#include "common/status/status_macros.h"
#include "tests/bench/models/encode_load.h"
#include "tests/bench/models/machine.h"
#include "tests/bench/models/measure.h"
#include "tests/bench/models/topics.h"

namespace clientele::bench {
namespace {

using inference::LoadedModel;
using inference::ModelHandle;
using inference::TextEncoder;
using inference::TextEncoderModel;

constexpr std::size_t kBatch = 32;
constexpr std::size_t kCallers = 64;
constexpr std::size_t kShortTexts = 512;
constexpr std::size_t kArrivals = 1024;
constexpr std::size_t kMixedTexts = 384;
constexpr int kBatchingRounds = 5;
constexpr int kOpenRounds = 3;
constexpr double kLoad = 0.7;

std::vector<std::string> ShortTexts(std::size_t count) {
  std::mt19937_64 random(3);
  std::uniform_int_distribution<std::int64_t> tokens(9, 16);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) texts.push_back(TextOf(tokens(random), random));
  return texts;
}

// Lengths of 1 to 256 words and marks, log-normal: median 24, deviation of the logarithm 1.
std::vector<std::string> MixedTexts(std::size_t count) {
  std::mt19937_64 random(4);
  std::lognormal_distribution<double> tokens(std::log(24.0), 1.0);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) {
    const double length = std::clamp(tokens(random), 1.0, 256.0);
    texts.push_back(TextOf(std::max<std::int64_t>(3, std::llround(length)), random));
  }
  return texts;
}

struct Batch {
  at::Tensor ids;
  at::Tensor mask;
};

enum class Order {
  kGiven,
  kByLength,  // the best that one can do who has all texts beforehand: least padding
};

// Full batches, tokenized already.
absl::StatusOr<std::vector<Batch>> FullBatches(const LoadedModel& model,
                                               const std::vector<std::string>& texts, Order order) {
  std::vector<std::vector<std::int64_t>> rows;
  for (const std::string& text : texts) {
    CLIENTELE_ASSIGN_OR_RETURN(rows.emplace_back(), model.tokenizer()->Encode(text));
  }
  if (order == Order::kByLength) {
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.size() < b.size(); });
  }
  std::vector<Batch> batches;
  for (std::size_t first = 0; first < rows.size(); first += kBatch) {
    const auto count = static_cast<std::int64_t>(std::min(kBatch, rows.size() - first));
    std::size_t most = 1;
    for (std::int64_t i = 0; i < count; ++i) most = std::max(most, rows[first + i].size());
    const auto longest = static_cast<std::int64_t>(most);
    Batch batch{at::zeros({count, longest}, at::kLong), at::zeros({count, longest}, at::kLong)};
    for (std::int64_t i = 0; i < count; ++i) {
      const auto& row = rows[first + i];
      std::copy(row.begin(), row.end(), batch.ids.data_ptr<std::int64_t>() + i * longest);
      std::fill_n(batch.mask.data_ptr<std::int64_t>() + i * longest, row.size(), 1);
    }
    batches.push_back(std::move(batch));
  }
  return batches;
}

void RunAll(const LoadedModel& model, const std::vector<Batch>& batches) {
  for (const Batch& batch : batches) {
    if (!model.runner().Run("forward", {batch.ids, batch.mask}).ok()) std::abort();
  }
}

absl::StatusOr<std::unique_ptr<TextEncoder>> NewEncoder(const ModelHandle<TextEncoderModel>& handle,
                                                        batching::BatchPolicy policy) {
  policy.max_batch_rows = kBatch;
  return TextEncoder::Create({.handle = &handle, .workers = 1, .policy = std::move(policy)});
}

// Latencies when texts arrive at `rate`, under policies that give up something for others.
absl::Status MeasureLatency(const ModelHandle<TextEncoderModel>& handle, double rate, int threads) {
  struct Variant {
    const char* name;
    batching::BatchPolicy policy;
    const char* target;
  };
  const Variant variants[] = {
      {"", {}, "<= 2.5"},
      {"_64_tokens_a_batch", {.max_batch_cells = 64}, ""},
      {"_held_10_ms", {.max_hold = absl::Milliseconds(10)}, ""},
  };
  const std::vector<std::string> texts = ShortTexts(kArrivals);
  for (const Variant& variant : variants) {
    CLIENTELE_ASSIGN_OR_RETURN(const auto encoder, NewEncoder(handle, variant.policy));
    std::vector<double> medians;
    std::vector<double> tails;
    std::vector<double> ratios;
    for (int round = 0; round < kOpenRounds; ++round) {
      const std::vector<double> latencies = OpenLoop(*encoder, texts, rate);
      medians.push_back(Median(latencies));
      tails.push_back(Quantile(latencies, 0.99));
      ratios.push_back(tails.back() / medians.back());
    }
    const batching::BatchStats stats = encoder->stats();
    Print({absl::StrFormat("encoder_p99_at_70_percent%s_%dt", variant.name, threads),
           Median(tails) * 1e3, "ms",
           absl::StrFormat(
               "median %.1f ms at %.0f texts/s; %.1f rows a batch", Median(medians) * 1e3, rate,
               static_cast<double>(stats.computed) / static_cast<double>(stats.batches)),
           Median(ratios), variant.target});
  }
  return absl::OkStatus();
}

absl::Status MeasureShortTexts(const ModelHandle<TextEncoderModel>& handle, int threads) {
  const std::vector<std::string> texts = ShortTexts(kShortTexts);
  CLIENTELE_ASSIGN_OR_RETURN(const auto encoder, NewEncoder(handle, {}));
  const auto model = handle.Current();
  const LoadedModel& loaded = model->loaded();
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Batch> batches,
                             FullBatches(loaded, texts, Order::kGiven));
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Batch> sorted,
                             FullBatches(loaded, texts, Order::kByLength));
  std::vector<double> offline_cpu;
  std::vector<double> served_cpu;
  const auto seconds =
      InTurns(Time::kWall, kBatchingRounds,
              {NotingCpu(offline_cpu, [&] { RunAll(loaded, batches); }),
               NotingCpu(served_cpu, [&] { ClosedLoop(*encoder, texts, kCallers); }),
               [&] { RunAll(loaded, sorted); }});
  const auto count = static_cast<double>(texts.size());
  const double offline = count / Median(seconds[0]);
  const double served = count / Median(seconds[1]);
  const batching::BatchStats stats = encoder->stats();
  Print({absl::StrFormat("encoder_64_callers_%dt", threads), served, "texts/s",
         absl::StrFormat("offline full batches %.0f texts/s; %.1f rows a batch", offline,
                         static_cast<double>(stats.computed) / static_cast<double>(stats.batches)),
         served / offline, ">= 0.9"});

  if (threads == 1) {
    Print({"encoder_64_callers_cpu_1t", count / Median(served_cpu), "texts/CPU s",
           absl::StrFormat("offline full batches %.0f texts/CPU s", count / Median(offline_cpu)),
           Median(offline_cpu) / Median(served_cpu)});
  }
  Print({absl::StrFormat("encoder_64_callers_against_sorted_%dt", threads), served, "texts/s",
         absl::StrFormat("offline, sorted by length %.0f texts/s", count / Median(seconds[2])),
         served * Median(seconds[2]) / count});

  return MeasureLatency(handle, kLoad * served, threads);
}

absl::Status MeasureMixedLengths(const ModelHandle<TextEncoderModel>& handle, int threads) {
  const std::vector<std::string> texts = MixedTexts(kMixedTexts);
  CLIENTELE_ASSIGN_OR_RETURN(const auto by_length, NewEncoder(handle, {}));
  CLIENTELE_ASSIGN_OR_RETURN(const auto by_arrival, NewEncoder(handle, {.length_bounds = {}}));
  const auto model = handle.Current();
  const LoadedModel& loaded = model->loaded();
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Batch> batches,
                             FullBatches(loaded, texts, Order::kByLength));
  const auto seconds = InTurns(
      Time::kWall, 3,
      {[&] { ClosedLoop(*by_arrival, texts, 2 * kCallers); },
       [&] { ClosedLoop(*by_length, texts, 2 * kCallers); }, [&] { RunAll(loaded, batches); }});
  const auto rate = [&](std::size_t i) {
    return static_cast<double>(texts.size()) / Median(seconds[i]);
  };
  const batching::BatchStats stats = by_length->stats();
  const batching::BatchStats plain = by_arrival->stats();
  const auto padding = [](const batching::BatchStats& counted) {
    return static_cast<double>(counted.padded_cells) / static_cast<double>(counted.cells);
  };
  Print({absl::StrFormat("mixed_lengths_%dt", threads), rate(1), "texts/s",
         absl::StrFormat("first come, padded to the longest %.0f texts/s; padded/real tokens "
                         "%.2f against %.2f",
                         rate(0), padding(stats), padding(plain)),
         rate(1) / rate(0), ">= 1.5"});
  Print({absl::StrFormat("mixed_lengths_against_offline_%dt", threads), rate(1), "texts/s",
         absl::StrFormat("offline, sorted, full batches %.0f texts/s", rate(2)),
         rate(1) / rate(2)});
  return absl::OkStatus();
}

}  // namespace

absl::Status MeasureBatching(BenchModels& models) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto handle, models.ServeEncoder());
  for (const int threads : ThreadCounts()) {
    UseThreads(threads);
    CLIENTELE_RETURN_IF_ERROR(MeasureShortTexts(*handle, threads));
    CLIENTELE_RETURN_IF_ERROR(MeasureMixedLengths(*handle, threads));
  }
  return absl::OkStatus();
}

}  // namespace clientele::bench
