#include "tests/bench/models/measure.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <utility>

namespace clientele::bench {

double Seconds(Time time) {
  timespec now{};
  ::clock_gettime(time == Time::kWall     ? CLOCK_MONOTONIC
                  : time == Time::kThread ? CLOCK_THREAD_CPUTIME_ID
                                          : CLOCK_PROCESS_CPUTIME_ID,
                  &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::vector<std::vector<double>> InTurns(Time time, int rounds, const Bodies& bodies) {
  std::vector<std::vector<double>> seconds(bodies.size());
  for (const auto& body : bodies) body();
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      const double start = Seconds(time);
      bodies[i]();
      seconds[i].push_back(Seconds(time) - start);
    }
  }
  return seconds;
}

std::vector<double> BestInTurns(Time time, int rounds, const Bodies& bodies) {
  std::vector<double> best;
  for (const std::vector<double>& runs : InTurns(time, rounds, bodies)) {
    best.push_back(*std::min_element(runs.begin(), runs.end()));
  }
  return best;
}

std::function<void()> NotingCpu(std::vector<double>& seconds, std::function<void()> body) {
  return [&seconds, body = std::move(body)] {
    const double start = Seconds(Time::kProcess);
    body();
    seconds.push_back(Seconds(Time::kProcess) - start);
  };
}

double Median(std::vector<double> values) { return Quantile(std::move(values), 0.5); }

double Quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  const auto index =
      std::min(values.size() - 1, static_cast<std::size_t>(q * static_cast<double>(values.size())));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index),
                   values.end());
  return values[index];
}

void Print(const Figure& figure) {
  std::printf("{\"bench\": \"%s\", \"value\": %.4g, \"unit\": \"%s\", \"vs\": \"%s\", ",
              figure.bench.c_str(), figure.value, figure.unit.c_str(), figure.vs.c_str());
  if (!figure.target.empty()) std::printf("\"target\": \"%s\", ", figure.target.c_str());
  std::printf("\"ratio\": %.4g}\n", figure.ratio);
  std::fflush(stdout);
}

}  // namespace clientele::bench
