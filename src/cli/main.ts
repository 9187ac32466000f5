process.stdout.write('berthwatch\n');
