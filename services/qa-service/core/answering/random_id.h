#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_RANDOM_ID_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_RANDOM_ID_H_

#include <string>

namespace clientele::qa {

// 32 hexadecimal digits from the system's random numbers: nobody can guess one. Thread-safe.
std::string RandomId();

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_RANDOM_ID_H_
