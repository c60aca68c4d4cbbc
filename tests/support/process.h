#ifndef CLIENTELE_TESTS_SUPPORT_PROCESS_H_
#define CLIENTELE_TESTS_SUPPORT_PROCESS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace clientele::testing {

using Environment = std::map<std::string, std::string>;

// A child process; killed with the object. Its output goes to a file.
class Process {
 public:
  // `argv[0]` is the program's path. The child's environment is the parent's with
  // `environment` on top. Throws std::runtime_error when it cannot be started.
  Process(const std::vector<std::string>& argv, const Environment& environment,
          std::string output_file);
  ~Process();
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;

  void Signal(int signal);
  // Waits for the end; the exit code, or 128 + the signal that ended it.
  int Wait();
  bool running();
  // What it has printed so far.
  std::string output() const;
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  int exit_code_ = -1;
  std::string output_file_;
};

struct CommandResult {
  int exit_code = -1;
  std::string output;
};

// Runs a program to its end; output is what it printed on both streams.
CommandResult RunCommand(const std::vector<std::string>& argv, const Environment& environment = {});

// What a process uses now.
struct Usage {
  int threads = 0;
  std::int64_t resident_bytes = 0;
};
Usage UsageOf(pid_t pid);

// A port of 127.0.0.1 that is free and that no other call returns, in this process or another,
// until this process ends.
int FreePort();

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_PROCESS_H_
