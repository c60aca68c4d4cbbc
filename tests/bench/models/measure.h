#ifndef CLIENTELE_TESTS_BENCH_MODELS_MEASURE_H_
#define CLIENTELE_TESTS_BENCH_MODELS_MEASURE_H_

// Times that are compared with each other, measured in turns so that whatever else the machine
// does meets all of them.

#include <functional>
#include <string>
#include <vector>

namespace clientele::bench {

enum class Time {
  kWall,
  kThread,   // CPU time of this thread, for work that runs in it alone: nobody else counts
  kProcess,  // CPU time of all threads
};

// Wall time where several threads work, this thread's where it is alone.
inline Time TimeOf(int threads) { return threads == 1 ? Time::kThread : Time::kWall; }

double Seconds(Time time);

using Bodies = std::vector<std::function<void()>>;

// Runs all once, then `rounds` times in turn (A B A B ...), and gives the seconds of each body's
// runs, round by round.
std::vector<std::vector<double>> InTurns(Time time, int rounds, const Bodies& bodies);
// The least of each body's: the run that was disturbed least.
std::vector<double> BestInTurns(Time time, int rounds, const Bodies& bodies);

// The body, noting the CPU time that the process spends in each of its runs: what a wall time
// would be if nobody else used the machine and nobody waited.
std::function<void()> NotingCpu(std::vector<double>& seconds, std::function<void()> body);

double Median(std::vector<double> values);
// The value that the share `q` of them does not exceed.
double Quantile(std::vector<double> values, double q);

struct Figure {
  std::string bench;
  double value = 0;
  std::string unit;
  // What it is compared with, and its value.
  std::string vs;
  double ratio = 0;
  // What the ratio should be, such as ">= 1.15"; empty where it is information.
  std::string target = {};
};

// One JSON object on a line of its own.
void Print(const Figure& figure);

}  // namespace clientele::bench

#endif  // CLIENTELE_TESTS_BENCH_MODELS_MEASURE_H_
