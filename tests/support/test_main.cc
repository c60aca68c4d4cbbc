#include <catch2/catch_session.hpp>

#include "common/inference/compute/program_setup.h"

int main(int argc, char** argv) {
  clientele::inference::SetUpProgram();
  return Catch::Session().run(argc, argv);
}
