#ifndef CLIENTELE_TESTS_SUPPORT_HTTP_GET_H_
#define CLIENTELE_TESTS_SUPPORT_HTTP_GET_H_

#include <string>

namespace clientele::testing {

// What 127.0.0.1:`port` answers to "GET `path`", headers included; empty when nobody
// listens there.
std::string HttpGet(int port, const std::string& path);

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_HTTP_GET_H_
