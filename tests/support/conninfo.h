#ifndef CLIENTELE_TESTS_SUPPORT_CONNINFO_H_
#define CLIENTELE_TESTS_SUPPORT_CONNINFO_H_

#include <map>
#include <string>

namespace clientele::testing {

using Parameters = std::map<std::string, std::string>;

// The parameters of a libpq connection string, of either form. Throws
// std::runtime_error when it is none.
Parameters ParametersOf(const std::string& conninfo);

// The same string with some parameters in place of its own.
std::string WithParameters(const std::string& conninfo, const Parameters& changed);

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_CONNINFO_H_
