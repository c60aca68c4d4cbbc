#ifndef CLIENTELE_COMMON_FLAGS_FLAGS_H_
#define CLIENTELE_COMMON_FLAGS_FLAGS_H_

// Flags of the suite's binaries. Every flag has an environment variable
// CLIENTELE_<FLAG>; the flag wins.
//
//   int main(int argc, char** argv) {
//     clientele::qa::ServerOptions options;
//     CLI::App app("Answers questions from a company's own articles", "qa-service");
//     clientele::flags::AddFlag(app, "model_dir", options.model_dir, "Folder of model bundles");
//     if (auto exit_code = clientele::flags::ParseFlags(app, argc, argv)) return *exit_code;
//     return clientele::flags::RunMain("qa-service", [&] { return clientele::qa::Run(options); });
//   }
//
// For main.cc only, from its one thread.

#include <functional>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace clientele::flags {

// "model_dir" -> "CLIENTELE_MODEL_DIR".
std::string FlagEnvironmentName(absl::string_view name);

// --name VALUE, for strings, numbers and vectors of them. The current value is the
// default. Returns the option for ->check(CLI::Range(1, 64)), ->required() and so on.
template <class T>
CLI::Option* AddFlag(CLI::App& app, const std::string& name, T& value,
                     const std::string& description) {
  return app.add_option("--" + name, value, description)
      ->envname(FlagEnvironmentName(name))
      ->capture_default_str();
}
// --name, --name=false.
CLI::Option* AddFlag(CLI::App& app, const std::string& name, bool& value,
                     const std::string& description);
// --name 1500ms, --name 30s, --name 2h; not negative.
CLI::Option* AddFlag(CLI::App& app, const std::string& name, absl::Duration& value,
                     const std::string& description);

// Nothing: go on. 0: help was printed. 2: one line on stderr says which flag or
// variable is wrong.
std::optional<int> ParseFlags(CLI::App& app, int argc, char** argv);

// Runs `body`; an error ends as one line on stderr and exit code 1
// (INVALID_ARGUMENT: 2), an exception too.
int RunMain(absl::string_view name, const std::function<absl::Status()>& body);

}  // namespace clientele::flags

#endif  // CLIENTELE_COMMON_FLAGS_FLAGS_H_
