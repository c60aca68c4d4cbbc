#include "common/flags/flags.h"

#include <cstdlib>
#include <exception>
#include <iostream>

#include "absl/strings/str_replace.h"

namespace clientele::flags {
namespace {

constexpr int kExitUsage = 2;
constexpr int kExitFailure = 1;

std::string OneLine(absl::string_view text) {
  return absl::StrReplaceAll(absl::StripAsciiWhitespace(text), {{"\n", "; "}});
}

// From version 2.4 on CLI11 leaves out a variable whose value it would refuse as a flag's.
void TakeVariables(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    const std::string variable = option->get_envname();
    if (variable.empty() || option->count() > 0) continue;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing changes the environment beside other threads.
    const char* const value = std::getenv(variable.c_str());
    if (value == nullptr || *value == '\0') continue;
    option->add_result(value);
    option->run_callback();
  }
}

}  // namespace

std::string FlagEnvironmentName(absl::string_view name) {
  return absl::StrCat("CLIENTELE_", absl::AsciiStrToUpper(name));
}

CLI::Option* AddFlag(CLI::App& app, const std::string& name, bool& value,
                     const std::string& description) {
  return app.add_flag("--" + name, value, description)->envname(FlagEnvironmentName(name));
}

CLI::Option* AddFlag(CLI::App& app, const std::string& name, absl::Duration& value,
                     const std::string& description) {
  const std::string flag = "--" + name;
  return app
      .add_option_function<std::string>(
          flag,
          [flag, &value](const std::string& text) {
            absl::Duration parsed;
            if (!absl::ParseDuration(text, &parsed) || parsed < absl::ZeroDuration()) {
              throw CLI::ValidationError(flag, "must be a duration such as 500ms, 30s or 2h");
            }
            value = parsed;
          },
          description)
      ->type_name("DURATION")
      ->default_str(absl::FormatDuration(value))
      ->envname(FlagEnvironmentName(name));
}

std::optional<int> ParseFlags(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    TakeVariables(app);
    return std::nullopt;
  } catch (const CLI::Success& request) {  // --help and --version
    return app.exit(request);
  } catch (const CLI::ParseError& error) {
    std::cerr << app.get_name() << ": " << OneLine(error.what()) << " (see --help)" << std::endl;
    return kExitUsage;
  }
}

int RunMain(absl::string_view name, const std::function<absl::Status()>& body) {
  absl::Status status;
  try {
    status = body();
  } catch (const std::exception& e) {
    status = absl::InternalError(e.what());
  }
  if (status.ok()) return 0;
  std::cerr << name << ": " << OneLine(std::string(status.message())) << std::endl;
  return absl::IsInvalidArgument(status) ? kExitUsage : kExitFailure;
}

}  // namespace clientele::flags
