#ifndef CLIENTELE_TESTS_UNIT_FOREIGN_MODELS_CONTRACT_PAGE_H_
#define CLIENTELE_TESTS_UNIT_FOREIGN_MODELS_CONTRACT_PAGE_H_

#include <string>

namespace clientele::foreign {

// What deploy/models/CONTRACTS.md shows, read from the page itself: what it says is what is
// tested.

// The methods of a section, such as "TEXT_ENCODER".
std::string MethodsOf(const std::string& section);
// The bundle.json of "Bringing your own".
std::string ExampleManifest();

}  // namespace clientele::foreign

#endif  // CLIENTELE_TESTS_UNIT_FOREIGN_MODELS_CONTRACT_PAGE_H_
