#include "tests/bench/models/encode_load.h"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <thread>

#include "absl/strings/str_cat.h"

#include "tests/bench/models/bench_models.h"
#include "tests/bench/models/measure.h"

namespace clientele::bench {
namespace {

// Enough that an arrival finds one that waits for it.
constexpr std::size_t kOpenLoopCallers = 192;

void EncodeOne(const inference::TextEncoder& encoder, const std::string& text) {
  if (!encoder.Encode(RequestContext(), {&text, 1}).ok()) std::abort();
}

// Calls body(0), body(1), ... body(count - 1) from so many threads.
void Share(std::size_t threads, std::size_t count, const std::function<void(std::size_t)>& body) {
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> callers;
  for (std::size_t i = 0; i < threads; ++i) {
    callers.emplace_back([&] {
      for (std::size_t at = next++; at < count; at = next++) body(at);
    });
  }
  for (std::thread& caller : callers) caller.join();
}

}  // namespace

std::string TextOf(std::int64_t tokens, std::mt19937_64& random) {
  std::uniform_int_distribution<std::int64_t> word(0, Words() - 1);
  std::string text;
  for (std::int64_t i = 2; i < tokens; ++i) absl::StrAppend(&text, Word(word(random)), " ");
  return text;
}

double ClosedLoop(const inference::TextEncoder& encoder, const std::vector<std::string>& texts,
                  std::size_t callers) {
  const double start = Seconds(Time::kWall);
  Share(callers, texts.size(), [&](std::size_t i) { EncodeOne(encoder, texts[i]); });
  return Seconds(Time::kWall) - start;
}

std::vector<double> OpenLoop(const inference::TextEncoder& encoder,
                             const std::vector<std::string>& texts, double rate) {
  std::mt19937_64 random(5);
  std::exponential_distribution<double> gap(rate);
  std::vector<double> arrivals;
  double at = 0.05;
  for (std::size_t i = 0; i < texts.size(); ++i) arrivals.push_back(at += gap(random));

  std::vector<double> latencies(texts.size());
  const auto start = std::chrono::steady_clock::now();
  Share(kOpenLoopCallers, texts.size(), [&](std::size_t i) {
    const auto arrival = start + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                     std::chrono::duration<double>(arrivals[i]));
    std::this_thread::sleep_until(arrival);
    EncodeOne(encoder, texts[i]);
    latencies[i] =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - arrival).count();
  });
  return latencies;
}

}  // namespace clientele::bench
