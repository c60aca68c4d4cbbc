#include "tests/support/conninfo.h"

#include <stdexcept>

#include <libpq-fe.h>

namespace clientele::testing {

Parameters ParametersOf(const std::string& conninfo) {
  char* error = nullptr;
  PQconninfoOption* const options = PQconninfoParse(conninfo.c_str(), &error);
  if (options == nullptr) {
    const std::string reason = error != nullptr ? error : "out of memory";
    PQfreemem(error);
    throw std::runtime_error("not a PostgreSQL connection string: " + reason);
  }
  Parameters parameters;
  for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
    if (option->val != nullptr) parameters[option->keyword] = option->val;
  }
  PQconninfoFree(options);
  return parameters;
}

std::string WithParameters(const std::string& conninfo, const Parameters& changed) {
  Parameters parameters = ParametersOf(conninfo);
  for (const auto& [keyword, value] : changed) parameters[keyword] = value;
  std::string result;
  for (const auto& [keyword, value] : parameters) {
    result += keyword + "='";
    for (const char c : value) {
      if (c == '\'' || c == '\\') result += '\\';
      result += c;
    }
    result += "' ";
  }
  return result;
}

}  // namespace clientele::testing
